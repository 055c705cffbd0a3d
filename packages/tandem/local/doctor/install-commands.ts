/** How what is missing is installed, by operating system. */

type Program = "go" | "git" | "npm" | "pulumi";

const commands: Record<Program, { darwin: string; win32: string; others: string }> = {
  go: {
    darwin: "brew install go",
    win32: "winget install GoLang.Go",
    others: "sudo snap install go --classic",
  },
  git: { darwin: "brew install git", win32: "winget install Git.Git", others: "sudo apt-get install git" },
  npm: {
    darwin: "brew install node",
    win32: "winget install OpenJS.NodeJS",
    others: "sudo snap install node --classic",
  },
  pulumi: {
    darwin: "brew install pulumi/tap/pulumi",
    win32: "winget install Pulumi.Pulumi",
    others: "curl -fsSL https://get.pulumi.com | sh",
  },
};

export function installCommand(program: Program, platform: NodeJS.Platform = process.platform): string {
  const { darwin, win32, others } = commands[program];
  return platform === "darwin" ? darwin : platform === "win32" ? win32 : others;
}
