"""What editors have to look at again: pages due for a check, unconfirmed offers, dead links."""
