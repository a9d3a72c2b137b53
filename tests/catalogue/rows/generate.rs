//! Generators of code.

use crate::command::{Proof, run};

const COG: &[(&str, &str)] = &[("made.py", "# [[[cog\n# import cog\n# cog.outl('x = 1')\n# ]]]\n# [[[end]]]\n")];

pub(super) const COMMANDS: &[Proof] = &[
    run("python -m grpc_tools.protoc -I schemas --python_out=demo schemas/sum.proto"),
    run("datamodel-codegen --input schemas/sum.json --output demo/sum.py"),
    run("stubgen -q demo -o stubs"),
    run("cog -r made.py").files(COG),
    run("cog --check made.py").files(COG).exit(5),
    run("cog made.py").files(COG),
    run("cog -o out.py made.py").files(COG),
    run("stubgen -q demo"),
    run("pybabel -q extract -o demo.pot demo"),
];
