//! The machines that servers are installed on, as the markers of requirements see them.

/// What a machine answers to a marker, beside its Python.
#[derive(Debug)]
pub struct Machine {
    /// What its users call its system.
    pub system: &'static str,
    /// The variables, each with its value.
    pub words: &'static [(&'static str, &'static str)],
}

/// Those that clients run on most.
pub const MACHINES: &[Machine] = &[
    Machine {
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
