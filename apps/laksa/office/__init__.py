"""LAKSA's screens in the back office: its desk, the moderation queue, rules and topics."""
