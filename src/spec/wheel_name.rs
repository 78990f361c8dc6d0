//! The names of artifacts and of the folders inside them: the one place that computes them.
//!
//! [Binary distribution format](https://packaging.python.org/en/latest/specifications/binary-distribution-format/),
//! [source distribution format](https://packaging.python.org/en/latest/specifications/source-distribution-format/).
//! Escaping a project's name is not done here.

use super::wheel_tag::WheelTag;

/// The names that follow from a project's name and version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArtifactNames {
    stem: String,
}

impl ArtifactNames {
    /// Takes the name as escaped for file names (`my_server`) and the normalised version.
    pub fn new(escaped_name: &str, version: &str) -> Self {
        debug_assert!(!escaped_name.contains('-'), "`{escaped_name}` is not escaped");
        // "Each component of the filename is separated by hyphens", so none may stand in the version.
        Self { stem: format!("{escaped_name}-{}", version.replace('-', "_")) }
    }

    /// The file name of the wheel with `tag`.
    pub fn wheel(&self, tag: &WheelTag) -> String {
        format!("{}-{tag}.whl", self.stem)
    }

    /// The folder of metadata in the wheel.
    pub fn dist_info(&self) -> String {
        format!("{}.dist-info", self.stem)
    }

    /// The folder of files that an installer spreads over the environment.
    pub fn data(&self) -> String {
        format!("{}.data", self.stem)
    }

    /// The sdist's file name.
    pub fn sdist(&self) -> String {
        format!("{}.tar.gz", self.stem)
    }

    /// The folder that holds everything in the sdist.
    pub fn sdist_root(&self) -> &str {
        &self.stem
    }
}

/// The text of the `WHEEL` file of a wheel with `tag`, written by this backend at `backend_version`.
pub fn wheel_file(backend_version: &str, tag: &WheelTag) -> String {
    let pure = tag.is_for_any_platform();
    let tags: String = tag.expanded().map(|tag| format!("Tag: {tag}\n")).collect();
    format!("Wheel-Version: 1.0\nGenerator: mcp-backend {backend_version}\nRoot-Is-Purelib: {pure}\n{tags}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follow_from_name_and_version() {
        let names = ArtifactNames::new("my_server", "1.0rc1+local.2");
        assert_eq!(names.wheel(&WheelTag::pure()), "my_server-1.0rc1+local.2-py3-none-any.whl");
        assert_eq!(names.dist_info(), "my_server-1.0rc1+local.2.dist-info");
        assert_eq!(names.data(), "my_server-1.0rc1+local.2.data");
        assert_eq!(names.sdist(), "my_server-1.0rc1+local.2.tar.gz");
        assert_eq!(names.sdist_root(), "my_server-1.0rc1+local.2");
    }

    #[test]
    fn keep_hyphens_out_of_the_version() {
        assert_eq!(ArtifactNames::new("a", "1.0-1").wheel(&WheelTag::pure()), "a-1.0_1-py3-none-any.whl");
    }

    #[test]
    fn wheel_file_is_a_list_of_headers() {
        let lines = [
            "Wheel-Version: 1.0",
            "Generator: mcp-backend 0.1.0",
            "Root-Is-Purelib: true",
            "Tag: py3-none-any",
            "",
        ];
        assert_eq!(wheel_file("0.1.0", &WheelTag::pure()), lines.join("\n"));
    }

    #[test]
    fn a_platform_makes_the_wheel_impure() {
        let tag = WheelTag::parse("cp312-abi3-win32.win_amd64").expect("it is one");
        assert_eq!(ArtifactNames::new("a", "1").wheel(&tag), "a-1-cp312-abi3-win32.win_amd64.whl");
        let text = wheel_file("0.1.0", &tag);
        let end = "Root-Is-Purelib: false\nTag: cp312-abi3-win32\nTag: cp312-abi3-win_amd64\n";
        assert!(text.ends_with(end), "{text}");
    }
}
