import { Dialog } from '../shared/dialog';
import { useKnownKeys } from './keys';

/** Which keys do what on this page. */
export function HelpDialog({ onClose }: { readonly onClose: () => void }) {
  const keys = useKnownKeys();
  return (
    <Dialog title="Keys" onClose={onClose}>
      <table>
        <tbody>
          {keys.map(([name, does]) => (
            <tr key={name}>
              <td>
                <kbd>{name}</kbd>
              </td>
              <td className="grow">{does}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Dialog>
  );
}
