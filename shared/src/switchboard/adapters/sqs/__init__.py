"""The queues on SQS, through boto3."""
