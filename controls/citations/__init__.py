"""Numbers of requirements in a text: recognised, and compared with what the catalogues have under them."""
