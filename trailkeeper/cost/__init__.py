"""What Trailkeeper costs a month, from dated list prices."""
