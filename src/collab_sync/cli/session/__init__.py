"""What commands need before they can do their work: settings, secrets for masking, reading that stops at a failure."""
