"""The engines that ask AWS: event history, CloudWatch Logs Insights, Athena."""
