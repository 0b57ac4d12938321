"""Plays a council at random by the second reading of the law, and has `nemcon audit` judge what came of it."""
