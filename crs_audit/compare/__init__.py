"""Two runs held side by side: new, resolved and persisting fallouts, and what made the change."""
