"""The only code that touches ministack; one module for each AWS service."""
