"""The principal's pack: what a report says as the papers that principals are handed, each line with what it rests on.

One module a paper (memo, comparison, cards, scenarios, actors, change), made from a report through `told` into the
blocks of `paper`; one a form (word, page, sheets, pictures). Nothing is in a paper that is not in the report or the
case.
"""
