"""What help() says of a value's fields: the types that they are annotated with, and the comments behind them."""

from __future__ import annotations

import ast
import inspect
import io
import textwrap
import tokenize


def field_notes(cls: type) -> dict[str, str]:
    """For each annotated field of the class its type and its comment: "int | None: seconds".

    The comment is known where the source is; without it the type is all there is to say.
    """
    types = inspect.get_annotations(cls)
    notes = {name: str(kind) for name, kind in types.items()}
    try:
        source = textwrap.dedent(inspect.getsource(cls))
    except (OSError, TypeError):
        return notes
    comments = {
        token.start[0]: token.string.lstrip("# ")
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT
    }
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id in types:
            said = [comments[line] for line in range(node.lineno, (node.end_lineno or 0) + 1) if line in comments]
            if said:
                notes[node.target.id] = f"{types[node.target.id]}: {' '.join(said)}"
    return notes
