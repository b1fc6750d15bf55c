"""The policy document: read from Markdown, compiled to a policy, drawn as a page, compared with another
version.

Import from the module that holds what you need: `policy` for the compiled form (light), `source` and
`compiling` for reading, `render` for the page. What can be proved wrong about a document lives in
`remit.policy.check`.
"""
