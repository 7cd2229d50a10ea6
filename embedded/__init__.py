"""The embedded AWS account: ministack, made truthful enough to deploy to and to attack."""
