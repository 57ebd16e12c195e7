import { parseDocument } from 'yaml';
import {
  isObject,
  type JsonObject,
  listAt,
  objectAt,
  textAt,
} from '#deploymentTemplates/arm/json.ts';
import type { Problem } from './problem.ts';

/** Holds compose.yaml against its promises: our containers are locked down, ports open to this machine alone, nothing untagged. */
export function checkCompose(text: string): Problem[] {
  const document = parseDocument(text, { merge: true });
  const report = (what: string): Problem => ({ where: 'compose.yaml', what });
  if (document.errors.length > 0) return document.errors.map(({ message }) => report(message));
  const compose = document.toJS() as JsonObject;
  const services = objectAt(compose, 'services');
  return Object.entries(services).flatMap(([name, service]) =>
    isObject(service)
      ? serviceProblems(service, compose).map((what) => report(`${name} ${what}`))
      : [],
  );
}

function serviceProblems(service: JsonObject, compose: JsonObject): string[] {
  const services = objectAt(compose, 'services');
  const dependsOn = service['depends_on'];
  const needed = Array.isArray(dependsOn)
    ? dependsOn.map(String)
    : Object.keys(objectAt(service, 'depends_on'));
  const image = textAt(service, 'image');
  const isOurs = service['build'] !== undefined;
  const volumes = listAt(service, 'volumes').map((volume) => String(volume).split(':')[0] ?? '');
  return [
    ...(/:[^/]+$/.test(image) && !image.endsWith(':latest')
      ? []
      : [`takes whatever version of ${image} there is`]),
    ...listAt(service, 'ports')
      .filter((port) => !String(port).startsWith('127.0.0.1:'))
      .map((port) => `opens port ${String(port)} to every machine`),
    ...needed
      .filter((other) => !Object.hasOwn(services, other))
      .map((other) => `waits for ${other}, which is not there`),
    ...volumes
      .filter(
        (volume) => /^\w/.test(volume) && !Object.hasOwn(objectAt(compose, 'volumes'), volume),
      )
      .map((volume) => `uses the volume ${volume}, which is not there`),
    ...(isOurs && service['read_only'] !== true ? ['can write to its own files'] : []),
    ...(isOurs && !listAt(service, 'cap_drop').includes('ALL')
      ? ['keeps rights that it does not need']
      : []),
  ];
}
