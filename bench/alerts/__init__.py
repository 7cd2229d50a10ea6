"""How many EC2 state changes the alert function takes in, and in how many mails it tells them."""
