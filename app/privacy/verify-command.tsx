/** What to type to check a file without us. The key is quoted: it may hold what a shell would read otherwise. */
export function VerifyCommand({ file, vkey }: { file: string; vkey: string }) {
  return <code className="command">{`guichet verify ${file} --key '${vkey}'`}</code>
}
