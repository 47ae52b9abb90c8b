"""Why it does not connect: checks in their order, one verdict, one next step."""
