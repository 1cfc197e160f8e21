"""What is known of vendors: facts that go stale, and what the assurance that they hold leaves open."""
