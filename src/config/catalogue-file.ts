import { CatalogueFile } from '../../contracts/catalogue.ts';
import { type Catalogue, parseCatalogue } from '../../pipeline/catalogue.ts';
import { readJson } from './json-file.ts';
import { refuseFor, type SettingProblem } from './problems.ts';

const CATALOGUE_BYTES_MAX = 8_388_608;
const SENTENCE = 'the catalogue is refused, nothing was started:';

/** The actions the governor may run. Throws GovernorError `catalogue_refused` with file, key and reason: there is no half a catalogue. */
export function loadCatalogue(file: string): Catalogue {
  const read = readJson(file, CatalogueFile, CATALOGUE_BYTES_MAX);
  if (!read.ok) return refuseFor('catalogue_refused', SENTENCE, read.problems);
  const parsed = parseCatalogue(read.value);
  return parsed.ok
    ? parsed.catalogue
    : refuseFor(
        'catalogue_refused',
        SENTENCE,
        parsed.problems.map((problem) => split(file, problem)),
      );
}

/** The catalogue's own checks name their key before the first colon. */
function split(file: string, problem: string): SettingProblem {
  const at = problem.indexOf(': ');
  return at < 0 ? { file, key: '', reason: problem } : { file, key: problem.slice(0, at), reason: problem.slice(at + 2) };
}
