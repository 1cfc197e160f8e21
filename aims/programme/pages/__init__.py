"""The pages of the way to a certificate that belong to no register."""
