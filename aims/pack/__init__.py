"""The Stage 1 pack: what a certification body reads first, in one document, from the records alone."""
