"""The app. Page scripts stand in `pages/views`: directly in here they would run on their own."""
