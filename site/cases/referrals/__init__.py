"""Referrals to units, authorities and offers, and the consents they rest on."""
