"""The embedded AWS account: ministack, made truthful enough to deploy and attack Trailkeeper on."""
