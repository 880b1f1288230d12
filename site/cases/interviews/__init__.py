"""The arrival interview: appointment, household, questions, answers, completion."""
