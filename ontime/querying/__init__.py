"""Ask the published file: answers and their formats, the prompt, the worked questions."""
