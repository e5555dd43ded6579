"""The past replayed and a record kept: recurring questions at many dates, scored on what the same dossier says came
later."""
