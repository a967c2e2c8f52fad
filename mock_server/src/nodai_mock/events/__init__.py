"""Events: what happened, for those who reconcile with their webhooks."""
