"""What each role of Trailkeeper may do, and why: what is deployed, guarded and documented."""
