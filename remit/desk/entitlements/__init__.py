"""What customers hold: products, entitlements with their purchases and happenings, and the cover that follows."""
