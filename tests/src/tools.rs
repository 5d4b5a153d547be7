//! Third-party tools, each installed once in its pinned version below `target/ifc-tools`.
//!
//! A tool's folder holds a stamp with the lock file that it was installed from; a tool whose stamp
//! differs is installed anew. A file lock keeps tests that run at the same time apart.

use std::fs::{self, File};
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

/// The browser of the system.
pub fn chromium() -> Result<PathBuf> {
    let program = PathBuf::from("/usr/bin/chromium");
    if !program.exists() {
        apt_get(&["chromium", "fonts-dejavu-core"])?;
    }
    Ok(program)
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
        let tools = crate::target().join("ifc-tools");
        fs::create_dir_all(&tools)?;
        let lock = File::create(tools.join(format!("{}.lock", self.name)))?;
        lock.lock()?;
        let folder = tools.join(self.name);
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

fn apt_get(packages: &[&str]) -> Result<()> {
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
