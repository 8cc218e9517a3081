//! The commands in the README and in `docs/`: each is run, in the order in which they stand, in a copy of the
//! repository.
//!
//! The lines of the blocks `sh` are run by one shell a page. A line ends with status 0, or with the one that its
//! comment names (`# exit status 1`). `kenarc` is the program under test, so `cargo install` has nothing left to do. A
//! server listens on a free port in place of 8088, on which another may listen already.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::time::Duration;

use assert_cmd::Command;
use tempfile::TempDir;

use crate::page::{Page, expect_none};

/// No page may take longer than this. An example may have to be built.
const PATIENCE: Duration = Duration::from_secs(300);

/// The port on which the pages' servers listen.
const PORT: &str = "8088";

/// The program that runs in the place of Cargo: `kenarc` is installed already, and examples are built where the tests
/// are.
const CARGO: &str = "\
#!/bin/sh
[ \"$*\" = 'install --locked --path .' ] && exec kenarc --version
cd \"$REPOSITORY\" && exec \"$REAL_CARGO\" \"$@\"
";

/// Ends what a page leaves running in the background.
const TRAP: &str = "trap 'kill $(jobs -p) 2>/dev/null' EXIT\n";

#[test]
fn the_commands_of_the_readme_work_in_their_order() {
    expect_none(&failures("README.md"));
}

#[test]
fn the_commands_of_the_documentation_work_in_their_order() {
    let mut pages = Vec::new();
    for entry in fs::read_dir(root().join("docs")).expect("the folder of the documentation") {
        let name = entry.expect("an entry").file_name().to_string_lossy().into_owned();
        pages.extend(name.ends_with(".md").then(|| format!("docs/{name}")));
    }
    pages.sort();
    assert!(pages.len() >= 5, "{pages:?}");
    let failures: Vec<String> = pages.iter().flat_map(|page| failures(page)).collect();
    expect_none(&failures);
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Returns the failures of the commands of a page.
fn failures(name: &str) -> Vec<String> {
    let page = Page::read(&root().join(name));
    let sections = page.sections();
    let blocks = sections.iter().flat_map(|section| &section.blocks);
    let lines: Vec<String> = blocks.filter(|block| block.info == "sh").flat_map(|block| commands(block.text)).collect();
    if lines.is_empty() {
        return Vec::new();
    }
    let folder = TempDir::new().expect("a temporary folder");
    let home = copy_of_the_repository(folder.path());
    let port = TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("a free port").port();
    let script: String = lines.iter().map(|line| checked(line, port)).collect();
    let programs = folder.path().join("programs");
    let kenarc = Path::new(env!("CARGO_BIN_EXE_kenarc")).parent().expect("a program is in a folder");
    let path = std::env::var("PATH").unwrap_or_default();
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("{TRAP}{script}")]).current_dir(home).timeout(PATIENCE);
    // What Cargo tells the tests about themselves would make it build everything anew.
    let is_cargos = |name: &str| name.starts_with("CARGO") && name != "CARGO_HOME";
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(is_cargos)) {
        shell.env_remove(name);
    }
    shell.env("PATH", format!("{}:{}:{path}", programs.display(), kenarc.display()));
    shell.env("REPOSITORY", env!("CARGO_MANIFEST_DIR")).env("REAL_CARGO", env!("CARGO"));
    let output = shell.output().unwrap_or_else(|error| panic!("{name}: {error}"));
    if output.status.success() {
        return Vec::new();
    }
    let [stdout, stderr] = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    vec![format!("{name}: {}\n--- stdout\n{stdout}--- stderr\n{stderr}", output.status)]
}

/// Returns the commands of a block: its lines, with those that a `\` continues as one.
fn commands(block: &str) -> Vec<String> {
    let joined = block.replace("\\\n", " ");
    let is_command = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    joined.lines().filter(is_command).map(str::to_owned).collect()
}

/// Returns a line of a script that ends with an error where the command's status is not the one it should be.
fn checked(line: &str, port: u16) -> String {
    let expected = line.split_once("exit status ").map_or("0", |(_, status)| &status[..1]);
    let port = port.to_string();
    let line = line.replace(PORT, &port).replace("kenarc serve", &format!("kenarc serve --port {port}"));
    let quoted = line.replace('\'', "'\\''");
    format!(
        "{line}\nstatus=$?; [ $status -eq {expected} ] || {{ echo 'exit status' $status 'of' '{quoted}' >&2; exit 99; }}\n"
    )
}

/// Returns a folder with the files of the repository, as a clone has them.
fn copy_of_the_repository(folder: &Path) -> PathBuf {
    let copy = folder.join("kenarc");
    for entry in ignore::WalkBuilder::new(root()).hidden(false).build() {
        let entry = entry.expect("a file of the repository");
        let path = entry.path().strip_prefix(root()).expect("a file below the root");
        if path.starts_with(".git") {
            continue;
        }
        if entry.path().is_dir() {
            fs::create_dir_all(copy.join(path)).expect("a folder");
        } else {
            fs::copy(entry.path(), copy.join(path)).expect("a copy");
        }
    }
    let cargo = folder.join("programs/cargo");
    fs::create_dir_all(cargo.with_file_name("")).expect("a folder");
    fs::write(&cargo, CARGO).expect("a program");
    make_executable(&cargo);
    copy
}

fn make_executable(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;

    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("a program that can be run");
}
