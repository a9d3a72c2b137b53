//! What other linters and builders print.

use expect_test::expect;

use super::check;

#[test]
fn pylint_4_1() {
    check(
        r#"
************* Module pkg.core
src/pkg/core.py:1:0: C0114: Missing module docstring (missing-module-docstring)
src/pkg/core.py:5:0: C0116: Missing function or method docstring (missing-function-docstring)
src/pkg/core.py:6:15: E0602: Undefined variable 'undefined_name' (undefined-variable)
src/pkg/core.py:1:0: W0611: Unused import os (unused-import)

-----------------------------------
Your code has been rated at 0.00/10
"#,
        expect![[r#"
            src/pkg/core.py:1:1 pylint Info: Missing module docstring [missing-module-docstring]
            src/pkg/core.py:5:1 pylint Info: Missing function or method docstring [missing-function-docstring]
            src/pkg/core.py:6:16 pylint Error: Undefined variable 'undefined_name' [undefined-variable]
            src/pkg/core.py:1:1 pylint Warning: Unused import os [unused-import]
        "#]],
    );
}

#[test]
fn flake8_7_5() {
    check(
        r#"
src/pkg/core.py:1:1: F401 'os' imported but unused
src/pkg/core.py:6:16: F821 undefined name 'undefined_name'
tests/test_import.py:1:1: F401 'missing_module' imported but unused
tests/test_syntax.py:1:8: E999 SyntaxError: invalid syntax
"#,
        expect![[r#"
            src/pkg/core.py:1:1 flake8 Error: 'os' imported but unused [F401]
            src/pkg/core.py:6:16 flake8 Error: undefined name 'undefined_name' [F821]
            tests/test_import.py:1:1 flake8 Error: 'missing_module' imported but unused [F401]
            tests/test_syntax.py:1:8 flake8 Error: SyntaxError: invalid syntax [E999]
        "#]],
    );
}

#[test]
fn bandit_1_9() {
    check(
        r#"
>> Issue: [B404:blacklist] Consider possible security implications associated with the subprocess module.
   Severity: Low   Confidence: High
   CWE: CWE-78 (https://cwe.mitre.org/data/definitions/78.html)
   More Info: https://bandit.readthedocs.io/en/1.9.4/blacklists/blacklist_imports.html#b404-import-subprocess
   Location: src/pkg/core.py:2:0
1	import os
2	import subprocess
3	

--------------------------------------------------
>> Issue: [B101:assert_used] Use of assert detected. The enclosed code will be removed when compiling to optimised byte code.
   Severity: Low   Confidence: High
   CWE: CWE-703 (https://cwe.mitre.org/data/definitions/703.html)
   More Info: https://bandit.readthedocs.io/en/1.9.4/plugins/b101_assert_used.html
   Location: src/pkg/core.py:17:4
16	    """
17	    assert b
18	    subprocess.call("ls", shell=True)

--------------------------------------------------
>> Issue: [B607:start_process_with_partial_path] Starting a process with a partial executable path
   Severity: Low   Confidence: High
"#,
        expect![[r#"
            src/pkg/core.py:2:1 bandit Warning: Consider possible security implications associated with the subprocess module. [B404]
            src/pkg/core.py:17:5 bandit Warning: Use of assert detected. The enclosed code will be removed when compiling to optimised byte code. [B101]
        "#]],
    );
}

#[test]
fn vulture_2_16() {
    check(
        r#"
src/pkg/core.py:1: unused import 'os' (90% confidence)
src/pkg/core.py:5: unused function 'unused_helper' (60% confidence)
src/pkg/core.py:9: unused function 'div' (60% confidence)
"#,
        expect![[r#"
            src/pkg/core.py:1 vulture Warning: unused import 'os' (90% confidence)
            src/pkg/core.py:5 vulture Warning: unused function 'unused_helper' (60% confidence)
            src/pkg/core.py:9 vulture Warning: unused function 'div' (60% confidence)
        "#]],
    );
}

#[test]
fn sphinx_9_0() {
    check(
        r#"
Running Sphinx v9.0.4
loading translations [en]... done
making output directory... done
building [mo]: targets for 0 po files that are out of date
writing output... 
building [html]: targets for 2 source files that are out of date
updating environment: [new config] 2 added, 0 changed, 0 removed
reading sources... [ 50%] index
reading sources... [100%] lonely

/p/src/pkg/core.py:docstring of pkg.core.div:6: WARNING: Inline interpreted text or phrase reference start-string without end-string. [docutils]
looking for now-outdated files... none found
pickling environment... done
checking consistency... /p/docs/lonely.rst: WARNING: document isn't included in any toctree [toc.not_included]
done
preparing documents... done
copying assets... 
copying static files... 
Writing evaluated template result to /tmp/rl/html/_static/basic.css
Writing evaluated template result to /tmp/rl/html/_static/documentation_options.js
Writing evaluated template result to /tmp/rl/html/_static/language_data.js
Writing evaluated template result to /tmp/rl/html/_static/alabaster.css
copying static files: done
copying extra files... 
copying extra files: done
copying assets: done
writing output... [ 50%] index
writing output... [100%] lonely

/p/docs/index.rst:4: WARNING: undefined label: 'nowhere' [ref.ref]
generating indices... genindex py-modindex done
writing additional pages... search done
dumping search index in English (code: en)... done
dumping object inventory... done
build finished with problems, 3 warnings (with warnings treated as errors).
"#,
        expect![[r#"
            /p/src/pkg/core.py:1 sphinx Warning: docstring of pkg.core.div, line 6: Inline interpreted text or phrase reference start-string without end-string. [docutils]
            /p/docs/lonely.rst:1 sphinx Warning: document isn't included in any toctree [toc.not_included]
            /p/docs/index.rst:4 sphinx Warning: undefined label: 'nowhere' [ref.ref]
        "#]],
    );
}

#[test]
fn black() {
    check(
        r#"
error: cannot parse: /p/tests/test_syntax.py:1:6
    def f(:
         ^
ParseError: bad input
would reformat /p/docs/conf.py

Oh no! 💥 💔 💥
1 file would be reformatted, 5 files would be left unchanged, 1 file would fail to reformat.
"#,
        expect![[r#"
            /p/tests/test_syntax.py:1:6 black Error: it cannot be parsed
            /p/docs/conf.py:1 black Error: it would be reformatted
        "#]],
    );
}

#[test]
fn pydocstyle() {
    check(
        r#"
src/pkg/__init__.py:1 at module level:
        D104: Missing docstring in public package
src/pkg/core.py:1 at module level:
        D100: Missing docstring in public module
src/pkg/core.py:5 in public function `unused_helper`:
        D103: Missing docstring in public function
"#,
        expect![[r#"
            src/pkg/__init__.py:1 pydocstyle Warning: Missing docstring in public package [D104]
            src/pkg/core.py:1 pydocstyle Warning: Missing docstring in public module [D100]
            src/pkg/core.py:5 pydocstyle Warning: Missing docstring in public function [D103]
        "#]],
    );
}
