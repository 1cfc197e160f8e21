"""What an attacker would try, over every register and address that there is or will be."""
