"""The portal without a network: what a browser keeps, and what it shows where it has nothing."""
