//! One entry of the table: a command, what must be there before it, and what is to be minded when it is judged.

/// A command that proves its row.
#[derive(Clone, Debug)]
pub(crate) struct Proof {
    /// Its words, separated by blanks, as a session gives them to `session.run`.
    pub(crate) run: &'static str,
    /// Commands that make what it reads; not judged.
    pub(crate) after: &'static [&'static str],
    /// Variables of the call.
    pub(crate) env: &'static [(&'static str, &'static str)],
    /// Plugins of pytest, by module.
    pub(crate) plugins: &'static str,
    /// Files of the project that are other than in `project/`; an empty text removes the file.
    pub(crate) files: &'static [(&'static str, &'static str)],
    /// Where it runs, from the project's root.
    pub(crate) directory: &'static str,
    /// The exit status by which one sees that it did its work: 1 of a linter that finds something.
    pub(crate) exit: i32,
    /// Promised writes that need not happen, and why.
    pub(crate) unless: &'static [(&'static str, &'static str)],
    /// Writes that the row need not tell, and why.
    pub(crate) beyond: &'static [(&'static str, &'static str)],
    /// Whether it takes too long for every day.
    pub(crate) heavy: bool,
}

/// A command in the project as it is.
pub(crate) const fn run(run: &'static str) -> Proof {
    Proof {
        run,
        after: &[],
        env: &[],
        plugins: "",
        files: &[],
        directory: "",
        exit: 0,
        unless: &[],
        beyond: &[],
        heavy: false,
    }
}

impl Proof {
    pub(crate) const fn after(mut self, commands: &'static [&'static str]) -> Self {
        self.after = commands;
        self
    }

    pub(crate) const fn env(mut self, env: &'static [(&'static str, &'static str)]) -> Self {
        self.env = env;
        self
    }

    pub(crate) const fn plugins(mut self, modules: &'static str) -> Self {
        self.plugins = modules;
        self
    }

    pub(crate) const fn files(mut self, files: &'static [(&'static str, &'static str)]) -> Self {
        self.files = files;
        self
    }

    pub(crate) const fn within(mut self, directory: &'static str) -> Self {
        self.directory = directory;
        self
    }

    pub(crate) const fn exit(mut self, status: i32) -> Self {
        self.exit = status;
        self
    }

    /// The model may promise a write of `path` that does not happen here, because of `why`.
    pub(crate) const fn unless(mut self, promises: &'static [(&'static str, &'static str)]) -> Self {
        self.unless = promises;
        self
    }

    /// The command may also write below `path`, which its row need not tell because of `why`.
    pub(crate) const fn beyond(mut self, writes: &'static [(&'static str, &'static str)]) -> Self {
        self.beyond = writes;
        self
    }

    /// Only run where `NOXFLOW_HEAVY` is set.
    pub(crate) const fn heavy(mut self) -> Self {
        self.heavy = true;
        self
    }

    /// The command's words.
    pub(crate) fn words(&self) -> Vec<&'static str> {
        self.run.split_whitespace().collect()
    }

    /// The variables it runs with.
    pub(crate) fn variables(&self) -> Vec<(&'static str, &'static str)> {
        let plugins = (!self.plugins.is_empty()).then_some(("PYTEST_PLUGINS", self.plugins));
        self.env.iter().copied().chain(plugins).collect()
    }

    /// The noxfile with this command as its only session.
    pub(crate) fn noxfile(&self) -> String {
        let quoted = |text: &str| format!("{text:?}");
        let mut arguments: Vec<String> = self.words().into_iter().map(quoted).collect();
        if !self.env.is_empty() {
            let pairs: Vec<String> = self.env.iter().map(|(key, value)| format!("{key:?}: {value:?}")).collect();
            arguments.push(format!("env={{{}}}", pairs.join(", ")));
        }
        let mut lines = vec!["import nox\n\n\n@nox.session\ndef it(session):".to_owned()];
        if !self.directory.is_empty() {
            lines.push(format!("    session.chdir({:?})", self.directory));
        }
        lines.push(format!("    session.run({})\n", arguments.join(", ")));
        lines.join("\n")
    }
}
