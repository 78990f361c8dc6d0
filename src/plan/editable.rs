//! The editable wheel (PEP 660): a `.pth` file that names `src`, and the same `.dist-info` as the wheel's.

use std::borrow::Cow;

use super::wheel::{data, dist_info};
use super::{Entry, Materials, Plan};
use crate::layout::SRC;
use crate::spec::wheel_tag::WheelTag;

/// Why a folder cannot stand in a `.pth` file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EditableFault {
    /// Its path is not UTF-8, or holds a line break.
    Unwritable,
}

/// What the editable wheel would hold.
///
/// # Errors
/// When the project's path cannot be written into a `.pth` file: one line of UTF-8 (PEP 829), with neither a
/// comment's nor an `import` line's look, which an absolute path never has.
pub fn editable(materials: &Materials<'_>) -> Result<Plan, EditableFault> {
    let source = materials.tree.root().join(SRC);
    let line = source.to_str().filter(|path| crate::spec::control::find_control(path).is_none());
    let line = plain(line.ok_or(EditableFault::Unwritable)?);
    let names = &materials.metadata.names;
    let pth = format!("_{}.pth", materials.project.module_name());
    let mut entries = vec![Entry::bytes(pth, format!("{line}\n"))];
    entries.extend(data(materials));
    entries.extend(editable_dist_info(materials));
    Ok(Plan { file_name: names.wheel(&WheelTag::pure()), entries })
}

/// The `.dist-info` of the editable wheel, in order, RECORD last.
///
/// Its tag is that of pure Python whatever the project's is, as it holds no code at all: who works on the project may do
/// so on a platform that the release is not for.
pub fn editable_dist_info(materials: &Materials<'_>) -> Vec<Entry> {
    dist_info(materials, &WheelTag::pure())
}

/// The path as people write it: Windows tells where a folder really lies in a form that many programs cannot read.
fn plain(path: &str) -> Cow<'_, str> {
    match path.strip_prefix(r"\\?\") {
        Some(rest) => rest.strip_prefix(r"UNC\").map_or(rest.into(), |share| format!(r"\\{share}").into()),
        None => path.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn paths_of_windows_are_written_as_people_write_them() {
        for (path, line) in [
            ("/home/ada/weather/src", "/home/ada/weather/src"),
            (r"\\?\C:\weather\src", r"C:\weather\src"),
            (r"\\?\UNC\server\share\src", r"\\server\share\src"),
        ] {
            assert_eq!(plain(path), line);
        }
    }
}
