//! Third-party tools, each installed once in its pinned version below `target/ifc-tools`.
//!
//! A tool's folder holds a stamp with the lock file that it was installed from; a tool whose stamp
//! differs is installed anew. A file lock keeps tests that run at the same time apart.

use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

/// MiniStack, an emulator of AWS; its environment also holds botocore, the client of the tests.
pub const MINISTACK: Tool = Tool {
    name: "ministack",
    lock: include_str!("../tools/ministack.txt"),
    install: install_python,
};

/// cfn-lint, which knows the schema of every CloudFormation resource.
pub const CFN_LINT: Tool = Tool {
    name: "cfn-lint",
    lock: include_str!("../tools/cfn-lint.txt"),
    install: install_python,
};

/// checkov, a security scanner for templates; its environment also holds `jsonschema`.
pub const CHECKOV: Tool = Tool {
    name: "checkov",
    lock: include_str!("../tools/checkov.txt"),
    install: install_python,
};

/// AWS's own emulator of the Lambda Runtime API, which lies in the package of the SAM command line.
pub const RUNTIME_EMULATOR: Tool = Tool {
    name: "aws-sam-cli",
    lock: include_str!("../tools/aws-sam-cli.txt"),
    install: install_python,
};

/// iam-simulate, an evaluator of IAM policies that shares no code with MiniStack.
pub const IAM_SIMULATE: Tool = Tool {
    name: "iam-simulate",
    lock: include_str!("../tools/iam-simulate/package-lock.json"),
    install: |tool, folder| {
        let package = include_str!("../tools/iam-simulate/package.json");
        install_node(tool, package, folder)
    },
};

/// Playwright and axe: what clicks through the page of `cargo ifc dev` in a browser, and what looks for
/// barriers in it.
pub const PLAYWRIGHT: Tool = Tool {
    name: "playwright",
    lock: include_str!("../tools/page/package-lock.json"),
    install: |tool, folder| {
        let package = include_str!("../tools/page/package.json");
        install_node(tool, package, folder)
    },
};

/// Debian's compiler with the standard library for arm64, unpacked and not installed: the project's
/// own toolchain has that of one processor alone, and nobody else serves it as a package.
const ARM64: Tool = Tool {
    name: "arm64",
    lock: "rustc-web:amd64 libstd-rust-web-dev:amd64 libstd-rust-web-dev:arm64",
    install: unpack_debian,
};

/// A compiler that can compile for arm64, and the linker that it needs is on the path.
pub fn arm64_compiler() -> Result<PathBuf> {
    if !succeeds(Command::new("aarch64-linux-gnu-gcc").arg("--version")) {
        apt_get(&["gcc-aarch64-linux-gnu", "libc6-dev-arm64-cross"])?;
    }
    let library = [
        "--print",
        "target-libdir",
        "--target",
        "aarch64-unknown-linux-gnu",
    ];
    let folder = Command::new("rustc").args(library).output()?.stdout;
    match Path::new(String::from_utf8(folder)?.trim()).is_dir() {
        true => Ok("rustc".into()),
        false => Ok(ARM64.folder()?.join("rustc")),
    }
}

/// The browser of the system.
pub fn chromium() -> Result<PathBuf> {
    let program = PathBuf::from("/usr/bin/chromium");
    if !program.exists() {
        apt_get(&["chromium", "fonts-dejavu-core"])?;
    }
    Ok(program)
}

fn tools() -> PathBuf {
    crate::target().join("ifc-tools")
}

/// Nobody else has it until it is dropped, neither a thread nor a process.
fn lock(name: &str) -> Result<File> {
    fs::create_dir_all(tools())?;
    let lock = File::create(tools().join(format!("{name}.lock")))?;
    lock.lock()?;
    Ok(lock)
}

/// A tool with the lock file that pins it.
pub struct Tool {
    name: &'static str,
    lock: &'static str,
    install: fn(&Tool, &Path) -> Result<()>,
}

impl Tool {
    /// The folder of the installed tool.
    pub fn folder(&self) -> Result<PathBuf> {
        let _lock = lock(self.name)?;
        let folder = tools().join(self.name);
        let stamp = folder.join("installed-from");
        if fs::read_to_string(&stamp).is_ok_and(|text| text == self.lock) {
            return Ok(folder);
        }
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        (self.install)(self, &folder).with_context(|| format!("installing {}", self.name))?;
        fs::write(&stamp, self.lock)?;
        Ok(folder)
    }

    /// A program of a Python tool.
    pub fn program(&self, name: &str) -> Result<PathBuf> {
        Ok(self.folder()?.join("bin").join(name))
    }
}

fn install_python(tool: &Tool, folder: &Path) -> Result<()> {
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".into());
    if !succeeds(Command::new(&python).args(["-c", "import ensurepip, venv"])) {
        apt_get(&["python3", "python3-venv"])?;
    }
    // MiniStack makes its certificate with it.
    if !succeeds(Command::new("openssl").arg("version")) {
        apt_get(&["openssl"])?;
    }
    let requirements = folder.join("requirements.txt");
    fs::write(&requirements, tool.lock)?;
    run(Command::new(&python).args(["-m", "venv"]).arg(folder))?;
    run(Command::new(folder.join("bin/python"))
        .args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
        ])
        .args(["--no-deps", "--require-hashes", "-r"])
        .arg(&requirements))
}

/// Packages of both processors, with the libraries that the compiler is linked with.
fn unpack_debian(tool: &Tool, folder: &Path) -> Result<()> {
    let own = folder.join("apt");
    for list in ["lists/partial", "cache/archives/partial"] {
        fs::create_dir_all(own.join(list))?;
    }
    let configuration = folder.join("apt.conf");
    let path = own.display();
    let text = format!(
        "APT::Architectures {{ \"amd64\"; \"arm64\"; }};\nAPT::Sandbox::User \"root\";\n\
         Dir::State::Lists \"{path}/lists\";\nDir::Cache \"{path}/cache\";\n"
    );
    fs::write(&configuration, text)?;
    let apt = |program: &str| {
        let mut command = Command::new(program);
        command.env("APT_CONFIG", &configuration).current_dir(&own);
        command
    };
    run(apt("apt-get").arg("update"))?;
    let mut packages: Vec<String> = tool.lock.split(' ').map(str::to_owned).collect();
    for library in ["libstd-rust-web-", "libllvm"] {
        let known = packages.last().context("a tool has packages")?.clone();
        let of = known.replace(":arm64", ":amd64");
        let output = apt("apt-cache").args(["depends", &of]).output()?;
        let text = String::from_utf8(output.stdout)?;
        let depends = text
            .lines()
            .filter_map(|line| line.trim().strip_prefix("Depends: "));
        let mut found = depends.filter(|package| package.starts_with(library));
        let found = found
            .next()
            .with_context(|| format!("{of} needs no {library}"))?;
        packages.push(format!("{}:amd64", found.trim_end_matches(":amd64")));
    }
    run(apt("apt-get").arg("download").args(&packages))?;
    for file in fs::read_dir(&own)? {
        let file = file?.path();
        if file.extension().is_some_and(|ending| ending == "deb") {
            run(Command::new("dpkg-deb").arg("-x").arg(&file).arg(folder))?;
        }
    }
    fs::remove_dir_all(&own)?;
    let compiler = folder.join("rustc");
    fs::write(
        &compiler,
        "#!/bin/sh\nusr=$(dirname \"$0\")/usr\n\
         LD_LIBRARY_PATH=$usr/lib/x86_64-linux-gnu exec \"$usr/bin/rustc\" \"$@\"\n",
    )?;
    fs::set_permissions(&compiler, fs::Permissions::from_mode(0o755))?;
    Ok(())
}

fn install_node(tool: &Tool, package: &str, folder: &Path) -> Result<()> {
    if !succeeds(Command::new("npm").arg("--version")) {
        apt_get(&["nodejs", "npm"])?;
    }
    fs::write(folder.join("package-lock.json"), tool.lock)?;
    fs::write(folder.join("package.json"), package)?;
    run(Command::new("npm")
        .args([
            "ci",
            "--silent",
            "--no-audit",
            "--no-fund",
            "--ignore-scripts",
        ])
        .current_dir(folder))
}

/// What is there already is left as it is, so that whoever waited for the lock loses little.
fn apt_get(packages: &[&str]) -> Result<()> {
    // `apt-get update` fails where another one runs.
    let _lock = lock("apt-get")?;
    let install = ["install", "--yes", "--no-install-recommends"];
    let root = succeeds(Command::new("sh").args(["-c", "test \"$(id -u)\" = 0"]));
    let apt = |args: &[&str]| {
        let mut command = Command::new(if root { "apt-get" } else { "sudo" });
        if !root {
            command.args(["-n", "apt-get"]);
        }
        run(command.args(args).env("DEBIAN_FRONTEND", "noninteractive"))
    };
    apt(&["update"])
        .and_then(|()| apt(&[&install[..], packages].concat()))
        .with_context(|| format!("this machine needs the packages {}", packages.join(", ")))
}

fn succeeds(command: &mut Command) -> bool {
    command.output().is_ok_and(|output| output.status.success())
}

/// Runs a command to its end; its output is part of the error.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let output = command.output().with_context(|| format!("{command:?}"))?;
    if !output.status.success() {
        bail!(
            "{command:?}: {}\n{}{}",
            output.status,
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Ok(())
}
