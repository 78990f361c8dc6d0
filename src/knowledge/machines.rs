//! The machines that servers are installed on, as the markers of requirements see them.

/// What a machine answers to a marker, beside its Python.
#[derive(Debug)]
pub struct Machine {
    /// What it is called where wheels are asked for: `linux-x86_64`.
    pub platform: &'static str,
    /// What its users call its system.
    pub system: &'static str,
    /// The variables, each with its value.
    pub words: &'static [(&'static str, &'static str)],
}

/// Those that clients run on most.
pub const MACHINES: &[Machine] = &[
    Machine {
        platform: "linux-x86_64",
        system: "Linux",
        words: &[
            ("os_name", "posix"),
            ("sys_platform", "linux"),
            ("platform_system", "Linux"),
            ("platform_machine", "x86_64"),
            ("platform_python_implementation", "CPython"),
            ("implementation_name", "cpython"),
        ],
    },
    Machine {
        platform: "linux-aarch64",
        system: "Linux",
        words: &[
            ("os_name", "posix"),
            ("sys_platform", "linux"),
            ("platform_system", "Linux"),
            ("platform_machine", "aarch64"),
            ("platform_python_implementation", "CPython"),
            ("implementation_name", "cpython"),
        ],
    },
    Machine {
        platform: "macos-arm64",
        system: "macOS",
        words: &[
            ("os_name", "posix"),
            ("sys_platform", "darwin"),
            ("platform_system", "Darwin"),
            ("platform_machine", "arm64"),
            ("platform_python_implementation", "CPython"),
            ("implementation_name", "cpython"),
        ],
    },
    Machine {
        platform: "macos-x86_64",
        system: "macOS",
        words: &[
            ("os_name", "posix"),
            ("sys_platform", "darwin"),
            ("platform_system", "Darwin"),
            ("platform_machine", "x86_64"),
            ("platform_python_implementation", "CPython"),
            ("implementation_name", "cpython"),
        ],
    },
    Machine {
        platform: "windows-x86_64",
        system: "Windows",
        words: &[
            ("os_name", "nt"),
            ("sys_platform", "win32"),
            ("platform_system", "Windows"),
            ("platform_machine", "AMD64"),
            ("platform_python_implementation", "CPython"),
            ("implementation_name", "cpython"),
        ],
    },
];

impl Machine {
    /// What it answers for a variable.
    pub fn word(&self, variable: &str) -> &'static str {
        self.words.iter().find(|(own, _)| *own == variable).map_or("", |(_, word)| *word)
    }

    /// The machine of a platform.
    pub fn called(platform: &str) -> Option<&'static Self> {
        MACHINES.iter().find(|machine| machine.platform == platform)
    }
}
