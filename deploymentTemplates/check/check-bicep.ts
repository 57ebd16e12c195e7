import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { loadTool } from './load-tool.ts';
import type { Problem } from './problem.ts';

interface SyntaxNode {
  readonly type: string;
  readonly text: string;
  readonly isMissing: boolean;
  readonly startPosition: { readonly row: number; readonly column: number };
  readonly children: readonly SyntaxNode[];
}

interface TreeSitter {
  readonly Parser: {
    init(): Promise<void>;
    new (): {
      setLanguage(language: unknown): void;
      parse(text: string): { readonly rootNode: SyntaxNode };
    };
  };
  readonly Language: { load(path: string): Promise<unknown> };
}

/**
 * Syntax errors of a Bicep file, with their lines; undefined where web-tree-sitter and tree-sitter-bicep are not installed. Names
 * that do not exist pass: those only Bicep's own compiler sees, which the pipeline runs.
 */
export async function checkBicep(
  where: string,
  text: string,
  from: string = import.meta.url,
): Promise<Problem[] | undefined> {
  const treeSitter = await loadTool<TreeSitter>('web-tree-sitter', from);
  const grammar = treeSitter && findGrammar(from);
  if (treeSitter === undefined || grammar === undefined) return undefined;
  await treeSitter.Parser.init();
  const parser = new treeSitter.Parser();
  parser.setLanguage(await treeSitter.Language.load(grammar));
  return [...brokenNodes(parser.parse(text).rootNode)].map((node) => ({
    where: `${where}:${node.startPosition.row + 1}:${node.startPosition.column + 1}`,
    what: node.isMissing ? `${node.type} is missing` : `is not Bicep: ${node.text.slice(0, 60)}`,
  }));
}

function findGrammar(from: string): string | undefined {
  try {
    return join(
      dirname(createRequire(from).resolve('tree-sitter-bicep/package.json')),
      'tree-sitter-bicep.wasm',
    );
  } catch {
    return undefined;
  }
}

function* brokenNodes(node: SyntaxNode): Generator<SyntaxNode> {
  if (node.type === 'ERROR' || node.isMissing) yield node;
  else for (const child of node.children) yield* brokenNodes(child);
}
