"""What the pages share: state, cached steps, long work, widgets and colours."""
