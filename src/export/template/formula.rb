class CLASS < Formula
  desc "DESC"
  homepage "HOMEPAGE"
  url "URL",
      using: :nounzip
  version "VERSION"
  sha256 "DIGEST"
  license "LICENSE"

  depends_on "uv"

  # The dependencies that a formula has to list are known to the index alone. So the wheel is kept here, as it was
  # verified, and uv gets what it requires when the server is first started.
  def install
    libexec.install "WHEEL"
    (bin/"SCRIPT").write <<~SH
      #!/bin/sh
      exec "#{Formula["uv"].opt_bin}/uvx" --from "#{libexec}"/KEPT RUNS "$@"
    SH
    chmod 0755, bin/"SCRIPT"
  end

  test do
    program = "from importlib.metadata import version; print(version('NAME'))"
    python = "#{Formula["uv"].opt_bin}/uvx --from #{libexec/"WHEEL"} python"
    assert_match version.to_s, shell_output("#{python} -c \"#{program}\"")
  end
end
