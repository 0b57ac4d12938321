use std::os::unix::fs::PermissionsExt as _;

use super::*;

#[test]
fn a_folder_appears_when_it_is_committed() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("a/b");
    let staged = Staged::begin(&target).unwrap();
    staged.write("x/y", b"z").unwrap();
    assert!(!target.exists());
    staged.commit().unwrap();
    assert_eq!(fs::read(target.join("x/y")).unwrap(), b"z");
    assert_eq!(fs::read_dir(target.parent().unwrap()).unwrap().count(), 1);
}

#[test]
fn a_folder_is_replaced_in_one_step_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("a");
    assert!(Staged::begin_over(&target).is_err(), "nothing is there");
    fs::create_dir(&target).unwrap();
    fs::set_permissions(&target, Permissions::from_mode(0o750)).unwrap();
    fs::write(target.join("old"), "1").unwrap();
    let link = folder.path().join("link");
    std::os::unix::fs::symlink("a", &link).unwrap();
    let given_up = Staged::begin_over(&target).unwrap();
    given_up.write("new", b"2").unwrap();
    drop(given_up);
    assert_eq!(fs::read(target.join("old")).unwrap(), b"1");
    let staged = Staged::begin_over(&link).unwrap();
    staged.write_unsettled(Path::new("x/new"), b"2").unwrap();
    staged.settle(&["x/new".into()]).unwrap();
    assert!(staged.settle(&["x/newer".into()]).is_err());
    staged.commit_over().unwrap();
    assert_eq!(fs::read(link.join("x/new")).unwrap(), b"2");
    assert!(!target.join("old").exists() && link.is_symlink());
    assert_eq!(target.metadata().unwrap().permissions().mode() & 0o777, 0o750);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "nothing unfinished stays");
}

#[test]
fn a_folder_that_is_given_up_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let staged = Staged::begin(&folder.path().join("a")).unwrap();
    staged.write("x", b"z").unwrap();
    drop(staged);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn only_an_absent_or_empty_folder_is_a_place() {
    let folder = tempfile::tempdir().unwrap();
    let staged = Staged::begin(folder.path()).unwrap();
    fs::write(folder.path().join("late"), "").unwrap();
    assert!(matches!(staged.commit(), Err(StagedError::NotEmpty(_))));
    assert!(matches!(Staged::begin(folder.path()), Err(StagedError::NotEmpty(_))));
    let file = folder.path().join("late");
    assert!(matches!(Staged::begin(&file), Err(StagedError::NotEmpty(_))));
    assert!(file.exists());
}

/// Things that a path can lead to and that are no regular files: a pipe, a link, a link to
/// nothing, a folder.
fn others(folder: &Path) -> [PathBuf; 4] {
    let paths = ["pipe", "link", "dangling", "folder"].map(|name| folder.join(name));
    let fifo = rustix::fs::FileType::Fifo;
    rustix::fs::mknodat(rustix::fs::CWD, &paths[0], fifo, 0o600.into(), 0).unwrap();
    std::os::unix::fs::symlink(&paths[0], &paths[1]).unwrap();
    std::os::unix::fs::symlink("nothing", &paths[2]).unwrap();
    fs::create_dir(&paths[3]).unwrap();
    paths
}

#[test]
fn what_is_no_regular_file_is_never_replaced() {
    let folder = tempfile::tempdir().unwrap();
    for path in others(folder.path()) {
        let before = path.symlink_metadata().unwrap().file_type();
        let exists = new_file(&path, b"x").unwrap_err();
        assert_eq!(exists.kind(), io::ErrorKind::AlreadyExists, "{}", path.shown());
        assert!(matches!(replace_file(&path, b"x"), Err(StagedError::NotAFile(_))));
        assert!(matches!(replace_secret(&path, b"x"), Err(StagedError::NotAFile(_))));
        assert_eq!(path.symlink_metadata().unwrap().file_type(), before);
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 4, "nothing unfinished stays");
}

#[test]
fn a_new_file_replaces_nothing_and_is_its_owners_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("f");
    new_file(&path, b"a").unwrap();
    assert_eq!(new_file(&path, b"b").unwrap_err().kind(), io::ErrorKind::AlreadyExists);
    assert_eq!(fs::read(&path).unwrap(), b"a");
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn an_error_names_the_folder_that_is_missing_and_no_file_under_construction() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing");
    fs::write(folder.path().join("file"), "").unwrap();
    let new = |path: &Path| new_file(path, b"x").unwrap_err().to_string();
    let said = new(&missing.join("a"));
    assert_eq!(said, format!("the folder {} does not exist; make it first", missing.shown()));
    assert!(new(&folder.path().join("file/a")).ends_with("/file is no folder; name another one"));
    for replaced in
        [replace_file(&missing.join("a"), b"x"), replace_secret(&missing.join("a"), b"x")]
    {
        let error = replaced.unwrap_err().to_string();
        assert_eq!(error, format!("{}: {said}", missing.join("a").shown()));
    }
    let begun = Staged::begin(&folder.path().join("file/a/b")).unwrap_err().to_string();
    assert!(!begun.contains("unfinished"), "{begun}");
}

#[test]
fn who_may_read_a_file_stays_unless_it_holds_a_secret() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("f");
    fs::write(&path, "a").unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
    let mode = || path.metadata().unwrap().permissions().mode() & 0o777;
    replace_file(&path, b"b").unwrap();
    assert_eq!(mode(), 0o640);
    replace_secret(&path, b"c").unwrap();
    assert_eq!(mode(), 0o600);
}

#[test]
fn a_file_is_replaced_in_one_step() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("f");
    for bytes in [b"a", b"b"] {
        replace_file(&path, bytes).unwrap();
        assert_eq!(fs::read(&path).unwrap(), bytes);
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}
