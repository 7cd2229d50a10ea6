"""What people may do to the evidence: the policies of the groups, and those of an organization."""
