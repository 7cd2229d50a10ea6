"""`trailkeeper doctor`: what is wrong with a deployed account, and how to put it right."""
