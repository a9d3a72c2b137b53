//! What ruff prints, in each of its styles.

use expect_test::expect;

use super::check;

#[test]
fn ruff_0_17() {
    check(
        r#"
I001 [*] Import block is un-sorted or un-formatted
 --> docs/conf.py:1:1
  |
1 | import sys, os
  | ^^^^^^^^^^^^^^
2 | sys.path.insert(0, os.path.abspath("../src"))
3 | extensions = ["sphinx.ext.autodoc"]
  |
help: Organize imports
  |
  - import sys, os
1 + import os
2 + import sys
3 +
4 | sys.path.insert(0, os.path.abspath("../src"))
  |

F401 [*] `os` imported but unused
 --> src/pkg/core.py:1:8
  |
1 | import os
  |        ^^
2 | import subprocess
  |
help: Remove unused import: `os`
  |
  - import os
1 | import subprocess
  |

F821 Undefined name `undefined_name`
 --> src/pkg/core.py:6:16
  |
5 | def unused_helper(x):
6 |     return x + undefined_name
  |                ^^^^^^^^^^^^^^

F401 [*] `missing_module` imported but unused
 --> tests/test_import.py:1:8
  |
1 | import missing_module
  |        ^^^^^^^^^^^^^^
help: Remove unused import: `missing_module`
  |
  - import missing_module
  |

invalid-syntax: Expected a parameter or the end of the parameter list
 --> tests/test_syntax.py:1:7
  |
1 | def f(:
  |       ^
2 |     pass
  |

invalid-syntax: Expected `)`, found newline
 --> tests/test_syntax.py:1:8
  |
1 | def f(:
  |        ^
2 |     pass
  |

Found 6 errors.
[*] 3 fixable with `--fix`.
"#,
        expect![[r#"
            docs/conf.py:1:1 ruff Error: Import block is un-sorted or un-formatted [I001]
            src/pkg/core.py:1:8 ruff Error: `os` imported but unused [F401]
            src/pkg/core.py:6:16 ruff Error: Undefined name `undefined_name` [F821]
            tests/test_import.py:1:8 ruff Error: `missing_module` imported but unused [F401]
            tests/test_syntax.py:1:7 ruff Error: Expected a parameter or the end of the parameter list [invalid-syntax]
            tests/test_syntax.py:1:8 ruff Error: Expected `)`, found newline [invalid-syntax]
        "#]],
    );
}

#[test]
fn ruff_0_17_concise() {
    check(
        r#"
nox > ruff check --output-format concise .
docs/conf.py:1:1: I001 [*] Import block is un-sorted or un-formatted
src/pkg/core.py:1:8: F401 [*] `os` imported but unused
src/pkg/core.py:6:16: F821 Undefined name `undefined_name`
tests/test_import.py:1:8: F401 [*] `missing_module` imported but unused
tests/test_syntax.py:1:7: invalid-syntax: Expected a parameter or the end of the parameter list
tests/test_syntax.py:1:8: invalid-syntax: Expected `)`, found newline
Found 6 errors.
[*] 3 fixable with `--fix`.
"#,
        expect![[r#"
            docs/conf.py:1:1 ruff Error: Import block is un-sorted or un-formatted [I001]
            src/pkg/core.py:1:8 ruff Error: `os` imported but unused [F401]
            src/pkg/core.py:6:16 ruff Error: Undefined name `undefined_name` [F821]
            tests/test_import.py:1:8 ruff Error: `missing_module` imported but unused [F401]
            tests/test_syntax.py:1:7 ruff Error: Expected a parameter or the end of the parameter list [invalid-syntax]
            tests/test_syntax.py:1:8 ruff Error: Expected `)`, found newline [invalid-syntax]
        "#]],
    );
}

#[test]
fn ruff_0_17_format() {
    check(
        r#"
unformatted: File would be reformatted
 --> docs/conf.py:2:1
  |
1 | import sys, os
2 +
3 | sys.path.insert(0, os.path.abspath("../src"))
  |

invalid-syntax: Expected a parameter or the end of the parameter list
 --> tests/test_syntax.py:1:7
  |
1 | def f(:
  |       ^
2 |     pass
  |

1 file would be reformatted, 5 files already formatted
"#,
        expect![[r#"
            docs/conf.py:2:1 ruff Error: File would be reformatted [unformatted]
            tests/test_syntax.py:1:7 ruff Error: Expected a parameter or the end of the parameter list [invalid-syntax]
        "#]],
    );
}
