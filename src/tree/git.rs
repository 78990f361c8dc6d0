//! What git says of the commit that is checked out, read without git.
//!
//! References lie in files of their own or in `packed-refs` (gitrepository-layout). An annotated tag is an object that
//! names its commit; one that lies in a pack is not read. What cannot be told is not told: the answer is none.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};

use flate2::read::ZlibDecoder;

use super::SourceTree;
use crate::text::RelPath;

/// More than that in one file is no reference.
const LONGEST: u64 = 16 * 1024 * 1024;
/// More tags than that are not looked through.
const MOST_TAGS: usize = 5000;

impl SourceTree {
    /// The tags of the commit that is checked out, where `.git` lies at the project's root; none when there is none, or
    /// not all of them can be told.
    pub fn tags(&self) -> Option<Vec<String>> {
        GitDirs::at(self.root())?.tags_of_head()
    }

    /// Whether a repository has its root where the project has its own.
    pub fn is_root_of_repository(&self) -> bool {
        self.root().join(".git").exists()
    }

    /// Whether commits are missing before the first that is there; none where `.git` does not lie at the project's root.
    pub fn is_shallow(&self) -> Option<bool> {
        Some(GitDirs::at(self.root())?.common.join("shallow").exists())
    }

    /// Where the project lies in the repository that holds it; its root where it is that, where there is none, or where the
    /// way there is no text.
    pub fn folder_in_repository(&self) -> RelPath {
        let repository = self.root().ancestors().find(|folder| folder.join(".git").exists());
        let way = repository.and_then(|repository| self.root().strip_prefix(repository).ok());
        let text = way.and_then(Path::to_str).map(|way| way.replace(std::path::MAIN_SEPARATOR, "/"));
        text.and_then(|text| RelPath::parse(&text).ok()).unwrap_or_default()
    }

    /// The name of the commit that is checked out, where `.git` lies at the project's root.
    pub fn commit(&self) -> Option<String> {
        let repository = GitDirs::at(self.root())?;
        repository.head(&repository.packed()?)
    }
}

/// The two folders of a working tree: its own, and the one that all working trees share.
struct GitDirs {
    own: PathBuf,
    common: PathBuf,
}

impl GitDirs {
    fn at(root: &Path) -> Option<Self> {
        let mut own = root.join(".git");
        if own.is_file() {
            let text = read(&own)?;
            own = root.join(text.strip_prefix("gitdir:")?.trim());
        }
        let common = match read(&own.join("commondir")) {
            Some(text) => own.join(text.trim()),
            None => own.clone(),
        };
        Some(Self { own, common })
    }

    fn tags_of_head(&self) -> Option<Vec<String>> {
        let packed = self.packed()?;
        let commit = self.head(&packed)?;
        let mut tags = Vec::new();
        let loose = self.loose_tags()?;
        for (name, hash) in &loose {
            if *hash == commit || self.commit_behind(hash)? == commit {
                tags.push(name.clone());
            }
        }
        for Packed { name, hash, peeled } in packed {
            let Some(tag) = name.strip_prefix("refs/tags/") else { continue };
            // a file goes before the line of the same name
            let hidden = loose.iter().any(|(name, _)| name == tag);
            if !hidden && (hash == commit || peeled.is_some_and(|peeled| peeled == commit)) {
                tags.push(tag.to_owned());
            }
        }
        tags.sort_unstable();
        Some(tags)
    }

    /// The commit that is checked out.
    fn head(&self, packed: &[Packed]) -> Option<String> {
        let head = read(&self.own.join("HEAD"))?;
        let Some(branch) = head.trim().strip_prefix("ref:") else { return hash(&head) };
        let branch = RelPath::parse(branch.trim()).ok()?;
        if let Some(text) = read(&branch.on_disk(&self.common)) {
            return hash(&text);
        }
        let line = packed.iter().find(|line| line.name == branch.as_str())?;
        Some(line.hash.clone())
    }

    /// The tags that have files of their own, with what they name; none when there are too many.
    fn loose_tags(&self) -> Option<Vec<(String, String)>> {
        let folder = self.common.join("refs").join("tags");
        let mut tags = Vec::new();
        let mut seen = 0;
        let mut pending = vec![(folder, String::new())];
        while let Some((folder, above)) = pending.pop() {
            let Ok(entries) = fs::read_dir(&folder) else { continue };
            for entry in entries.flatten() {
                seen += 1;
                if seen > MOST_TAGS {
                    return None;
                }
                let Ok(name) = entry.file_name().into_string() else { continue };
                let kind = entry.file_type().ok()?;
                if kind.is_dir() {
                    pending.push((entry.path(), format!("{above}{name}/")));
                } else if let Some(hash) = read(&entry.path()).and_then(|text| hash(&text)) {
                    tags.push((format!("{above}{name}"), hash));
                }
            }
        }
        Some(tags)
    }

    /// The lines of `packed-refs`; none when it is too long.
    fn packed(&self) -> Option<Vec<Packed>> {
        let path = self.common.join("packed-refs");
        if !path.exists() {
            return Some(Vec::new());
        }
        let mut lines: Vec<Packed> = Vec::new();
        for line in read(&path)?.lines() {
            if let Some(peeled) = line.strip_prefix('^') {
                if let Some(tag) = lines.last_mut() {
                    tag.peeled = hash(peeled);
                }
            } else if let Some((found, name)) = line.split_once(' ')
                && let Some(hash) = hash(found)
            {
                lines.push(Packed { name: name.to_owned(), hash, peeled: None });
            }
        }
        Some(lines)
    }

    /// What an annotated tag names, or the object itself where it is none; none when it lies in a pack.
    fn commit_behind(&self, object: &str) -> Option<String> {
        let (folder, rest) = object.split_at_checked(2)?;
        let path = self.common.join("objects").join(folder).join(rest);
        let file = File::open(path).ok()?;
        let mut text = Vec::new();
        let mut reader = BufReader::new(ZlibDecoder::new(file).take(1024));
        reader.read_until(0, &mut text).ok()?;
        if !text.starts_with(b"tag ") {
            return Some(object.to_owned());
        }
        text.clear();
        reader.read_until(b'\n', &mut text).ok()?;
        hash(std::str::from_utf8(&text).ok()?.strip_prefix("object ")?)
    }
}

/// One line of `packed-refs`.
struct Packed {
    name: String,
    hash: String,
    /// What an annotated tag names.
    peeled: Option<String>,
}

/// The text of a regular file that is not too long.
fn read(path: &Path) -> Option<String> {
    let metadata = fs::metadata(path).ok()?;
    (metadata.is_file() && metadata.len() <= LONGEST).then(|| fs::read_to_string(path).ok())?
}

/// The name of an object: SHA-1 or SHA-256 in hexadecimal digits.
fn hash(text: &str) -> Option<String> {
    let text = text.trim();
    let hex = text.bytes().all(|byte| byte.is_ascii_hexdigit());
    (hex && matches!(text.len(), 40 | 64)).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::ZlibEncoder;

    use super::*;

    const HEAD: &str = "1111111111111111111111111111111111111111";
    const OTHER: &str = "2222222222222222222222222222222222222222";
    const TAG: &str = "3333333333333333333333333333333333333333";

    fn tags(files: &[(&str, &str)], objects: &[(&str, &str)]) -> Option<Vec<String>> {
        GitDirs::at(laid(files, objects).path())?.tags_of_head()
    }

    fn laid(files: &[(&str, &str)], objects: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        let lay = |path: &str, bytes: &[u8]| {
            let place = folder.path().join(path);
            fs::create_dir_all(place.parent().expect("a folder")).expect("it can be made");
            fs::write(place, bytes).expect("it can be written");
        };
        for (path, text) in files {
            lay(path, text.as_bytes());
        }
        for (hash, text) in objects {
            let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
            encoder.write_all(text.as_bytes()).expect("memory");
            let bytes = encoder.finish().expect("memory");
            lay(&format!(".git/objects/{}/{}", &hash[..2], &hash[2..]), &bytes);
        }
        folder
    }

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn knows_the_folder_in_the_repository() {
        for (files, folder, expected) in [
            (&[(".git/HEAD", ""), ("a/b/x", "")][..], "a/b", "a/b"),
            (&[(".git/HEAD", ""), ("a/b/x", "")], "", ""),
            (&[(".git/HEAD", ""), ("a/.git", "gitdir: x"), ("a/b/x", "")], "a/b", "b"),
        ] {
            let laid = laid(files, &[]);
            let tree = super::super::walk(&laid.path().join(folder), &[]).expect("walked");
            assert_eq!(tree.folder_in_repository().as_str(), expected, "{files:?}");
        }
    }

    #[test]
    fn finds_loose_and_packed_tags() {
        let branch = (".git/HEAD", "ref: refs/heads/main\n");
        let main = (".git/refs/heads/main", HEAD);
        let packed = format!(
            "# pack-refs with: peeled fully-peeled sorted\n{HEAD} refs/heads/main\n{OTHER} refs/tags/v1\n{TAG} refs/tags/v2\n^{HEAD}\n{HEAD} refs/tags/a/v3\n"
        );
        assert_eq!(tags(&[(".git/HEAD", HEAD)], &[]), Some(names(&[])));
        assert_eq!(tags(&[branch, main, (".git/refs/tags/v1", HEAD)], &[]), Some(names(&["v1"])));
        assert_eq!(tags(&[branch, main, (".git/refs/tags/a/v1", HEAD)], &[]), Some(names(&["a/v1"])));
        assert_eq!(tags(&[branch, (".git/packed-refs", &packed)], &[]), Some(names(&["a/v3", "v2"])));
        let moved = [branch, (".git/packed-refs", &packed), (".git/refs/tags/v2", OTHER)];
        assert_eq!(tags(&moved, &[(OTHER, "commit 0\0")]), Some(names(&["a/v3"])));
    }

    #[test]
    fn knows_the_commit_in_every_place_of_it() {
        type Files<'f> = &'f [(&'f str, &'f str)];
        let branch = (".git/HEAD", "ref: refs/heads/main\n");
        let packed = format!("{HEAD} refs/heads/main\n{OTHER} refs/heads/other\n");
        let cases: [(Files<'_>, Option<&str>); 6] = [
            (&[(".git/HEAD", HEAD)], Some(HEAD)),
            (&[branch, (".git/refs/heads/main", OTHER), (".git/packed-refs", &packed)], Some(OTHER)),
            (&[branch, (".git/packed-refs", &packed)], Some(HEAD)),
            (
                &[
                    (".git", "gitdir: store/worktrees/here\n"),
                    ("store/worktrees/here/HEAD", "ref: refs/heads/topic"),
                    ("store/worktrees/here/commondir", "../..\n"),
                    ("store/refs/heads/topic", HEAD),
                ],
                Some(HEAD),
            ),
            (&[branch], None),
            (&[("HEAD", HEAD)], None),
        ];
        for (files, commit) in cases {
            let folder = laid(files, &[]);
            let tree = super::super::walk(folder.path(), &[]).expect("walked");
            assert_eq!(tree.commit().as_deref(), commit, "{files:?}");
        }
    }

    #[test]
    fn reads_annotated_tags_that_lie_loose() {
        let files = [(".git/HEAD", HEAD), (".git/refs/tags/v1", TAG)];
        let tag = |commit: &str| format!("tag 99\0object {commit}\ntype commit\ntag v1\n");
        assert_eq!(tags(&files, &[(TAG, &tag(HEAD))]), Some(names(&["v1"])));
        assert_eq!(tags(&files, &[(TAG, &tag(OTHER))]), Some(names(&[])));
        assert_eq!(tags(&files, &[]), None, "it lies in a pack");
        assert_eq!(tags(&files, &[(TAG, "tag 99\0")]), None, "it is broken");
    }

    #[test]
    fn follows_the_file_of_a_working_tree() {
        let files = [
            (".git", "gitdir: store/worktrees/here\n"),
            ("store/worktrees/here/HEAD", "ref: refs/heads/topic"),
            ("store/worktrees/here/commondir", "../..\n"),
            ("store/refs/heads/topic", HEAD),
            ("store/refs/tags/v1", HEAD),
        ];
        assert_eq!(tags(&files, &[]), Some(names(&["v1"])));
    }

    #[test]
    fn tells_nothing_of_what_is_no_repository() {
        for files in [
            &[][..],
            &[(".git/config", "")],
            &[(".git", "elsewhere")],
            &[(".git/HEAD", "ref: ../../secret")],
            &[(".git/HEAD", "ref: refs/heads/unborn")],
            &[(".git/HEAD", "no hash")],
        ] {
            assert_eq!(tags(files, &[]), None, "{files:?}");
        }
    }
}
